/** Tests of {@code dev.mtdconnector.notify}. */
@NullMarked
package dev.mtdconnector.notify;

import org.jspecify.annotations.NullMarked;
