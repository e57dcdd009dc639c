/** Hostile callers, lying upstreams, and secrets that must not come out: tests across all features. */
@NullMarked
package dev.mtdconnector.security;

import org.jspecify.annotations.NullMarked;
