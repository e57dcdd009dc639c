/** Follows the event streams of tenants' threat feeds, for those who want their events within seconds. */
@NullMarked
package dev.mtdconnector.stream;

import org.jspecify.annotations.NullMarked;
