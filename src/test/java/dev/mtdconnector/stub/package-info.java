/** For tests of adapters: an HTTP server that is told what to answer. */
@NullMarked
package dev.mtdconnector.stub;

import org.jspecify.annotations.NullMarked;
