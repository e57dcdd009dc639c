package dev.mtdconnector.common;

/** A failure of something outside, or of two who met: it passes by itself, and no defect of ours is behind it. */
public interface TransientFailure {}
