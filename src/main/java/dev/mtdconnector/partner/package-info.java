/** Adapter: Microsoft's partner data-sync protocol, by which Intune takes device states. */
@NullMarked
package dev.mtdconnector.partner;

import org.jspecify.annotations.NullMarked;
