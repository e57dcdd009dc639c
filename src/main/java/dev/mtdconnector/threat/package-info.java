/** Threat events, classifications, policy and the risk level that follows. */
@NullMarked
package dev.mtdconnector.threat;

import org.jspecify.annotations.NullMarked;
