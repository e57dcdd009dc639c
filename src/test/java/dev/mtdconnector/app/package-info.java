/** Tests of {@code dev.mtdconnector.app}. */
@NullMarked
package dev.mtdconnector.app;

import org.jspecify.annotations.NullMarked;
