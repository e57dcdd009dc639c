/** A device's life cycle and its open threats, which change together. */
@NullMarked
package dev.mtdconnector.device;

import org.jspecify.annotations.NullMarked;
