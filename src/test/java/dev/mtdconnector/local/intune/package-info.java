/**
 * The Intune of the local world: the partner service that takes threat states, and what an administrator sees of it.
 */
@NullMarked
package dev.mtdconnector.local.intune;

import org.jspecify.annotations.NullMarked;
