/** A small HTTP server for the simulators: routes, JSON, request counting and injected faults. */
@NullMarked
package dev.mtdconnector.local.http;

import org.jspecify.annotations.NullMarked;
