/** Functions for the tests of the development host, found by scanning this package. */
@NullMarked
package dev.mtdconnector.local.host.sample;

import org.jspecify.annotations.NullMarked;
