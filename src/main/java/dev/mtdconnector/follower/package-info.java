/** The main class of the process that follows event streams. */
@NullMarked
package dev.mtdconnector.follower;

import org.jspecify.annotations.NullMarked;
