/** The pages that administrators see, and what those pages are made of. */
@NullMarked
package dev.mtdconnector.console;

import org.jspecify.annotations.NullMarked;
