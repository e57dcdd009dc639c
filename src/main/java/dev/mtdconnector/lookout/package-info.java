/** The vendor's Mobile Risk API v2, as an adapter of the feed's port. */
@NullMarked
package dev.mtdconnector.lookout;

import org.jspecify.annotations.NullMarked;
