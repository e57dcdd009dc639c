/** The local world: everything around the product that a developer's machine needs in place of Azure. Never ships. */
@NullMarked
package dev.mtdconnector.local;

import org.jspecify.annotations.NullMarked;
