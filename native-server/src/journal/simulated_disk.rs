//! A disk in memory that fails on purpose and loses what a real one may lose, the same each time for the same seed.
