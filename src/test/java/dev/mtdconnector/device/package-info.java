/** Tests of {@code dev.mtdconnector.device}. */
@NullMarked
package dev.mtdconnector.device;

import org.jspecify.annotations.NullMarked;
