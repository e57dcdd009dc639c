/** The benchmark of enrollment: what it costs beside the least it can cost, and beside how it is written first. */
@NullMarked
package dev.mtdconnector.bench;

import org.jspecify.annotations.NullMarked;
