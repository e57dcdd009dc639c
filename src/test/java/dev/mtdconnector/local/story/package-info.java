/** The story of docs/local-world.md as data: its requests are read from the page, sent, and printed as commands. */
@NullMarked
package dev.mtdconnector.local.story;

import org.jspecify.annotations.NullMarked;
