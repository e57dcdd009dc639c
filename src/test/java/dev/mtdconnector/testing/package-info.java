/** Fakes in memory for the product's ports, and a clock that tests move. */
@NullMarked
package dev.mtdconnector.testing;

import org.jspecify.annotations.NullMarked;
