/** Tests of {@code dev.mtdconnector.threat}. */
@NullMarked
package dev.mtdconnector.threat;

import org.jspecify.annotations.NullMarked;
