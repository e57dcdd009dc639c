/** Periodic work: which job of which tenant is due, and the messages that carry it. */
@NullMarked
package dev.mtdconnector.schedule;

import org.jspecify.annotations.NullMarked;
