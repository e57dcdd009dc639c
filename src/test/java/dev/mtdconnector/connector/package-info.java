/** Tests of {@code dev.mtdconnector.connector}. */
@NullMarked
package dev.mtdconnector.connector;

import org.jspecify.annotations.NullMarked;
