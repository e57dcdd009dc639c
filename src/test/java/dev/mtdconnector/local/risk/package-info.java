/** A mobile security vendor's cloud, simulated: the Mobile Risk API v2 with its event feed, its faults and its control API. */
@NullMarked
package dev.mtdconnector.local.risk;

import org.jspecify.annotations.NullMarked;
