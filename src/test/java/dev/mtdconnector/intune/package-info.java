/** Tests of {@code dev.mtdconnector.intune}. */
@NullMarked
package dev.mtdconnector.intune;

import org.jspecify.annotations.NullMarked;
