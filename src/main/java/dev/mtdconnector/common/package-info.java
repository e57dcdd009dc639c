/** What every feature needs and no feature owns: time, waiting, failures of upstreams, errors with a stable code. */
@NullMarked
package dev.mtdconnector.common;

import org.jspecify.annotations.NullMarked;
