"""A long track with wake words in it, heard as one stream: MLPerf Tiny's streaming test."""
