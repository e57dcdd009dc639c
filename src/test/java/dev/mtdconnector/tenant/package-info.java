/** Tests of {@code dev.mtdconnector.tenant}. */
@NullMarked
package dev.mtdconnector.tenant;

import org.jspecify.annotations.NullMarked;
