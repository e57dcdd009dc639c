/** Tests of {@code dev.mtdconnector.intake}. */
@NullMarked
package dev.mtdconnector.intake;

import org.jspecify.annotations.NullMarked;
