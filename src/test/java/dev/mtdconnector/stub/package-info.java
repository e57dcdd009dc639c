/** Small doubles for tests of adapters: an HTTP server that is told what to answer, a clock and a sleeper. */
@NullMarked
package dev.mtdconnector.stub;

import org.jspecify.annotations.NullMarked;
