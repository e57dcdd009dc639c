/** Tests of {@code dev.mtdconnector.http}. */
@NullMarked
package dev.mtdconnector.http;

import org.jspecify.annotations.NullMarked;
