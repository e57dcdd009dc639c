/** The composition root: settings, and the one place that wires constructors. */
@NullMarked
package dev.mtdconnector.app;

import org.jspecify.annotations.NullMarked;
