/** What is due when, and the queues that carry due work. */
@NullMarked
package dev.mtdconnector.schedule;

import org.jspecify.annotations.NullMarked;
