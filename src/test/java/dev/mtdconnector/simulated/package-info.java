/** The adapters over the simulated Graph, sign-in service and Intune, through the real SDKs. */
@NullMarked
package dev.mtdconnector.simulated;

import org.jspecify.annotations.NullMarked;
