/** Tests of {@code dev.mtdconnector.signin}. */
@NullMarked
package dev.mtdconnector.signin;

import org.jspecify.annotations.NullMarked;
