/** Tests of {@code dev.mtdconnector.schedule}. */
@NullMarked
package dev.mtdconnector.schedule;

import org.jspecify.annotations.NullMarked;
