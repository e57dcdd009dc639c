/** The threat feed that a tenant has connected: its key, how far it was read, and what of it is told to the intake. */
@NullMarked
package dev.mtdconnector.feed;

import org.jspecify.annotations.NullMarked;
