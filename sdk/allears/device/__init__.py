"""The Linux-class device: two slots as files, SMP over a PTY or TCP port, a listener behind it."""
