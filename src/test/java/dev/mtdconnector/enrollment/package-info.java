/** Tests of {@code dev.mtdconnector.enrollment}. */
@NullMarked
package dev.mtdconnector.enrollment;

import org.jspecify.annotations.NullMarked;
