/** A tenant's connector to Intune: its settings and its heartbeat. */
@NullMarked
package dev.mtdconnector.connector;

import org.jspecify.annotations.NullMarked;
