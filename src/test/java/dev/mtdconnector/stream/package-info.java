/** Tests of following streams. */
@NullMarked
package dev.mtdconnector.stream;

import org.jspecify.annotations.NullMarked;
