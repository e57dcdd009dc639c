/** Adapter: Microsoft Graph and the Microsoft sign-in service. */
@NullMarked
package dev.mtdconnector.graph;

import org.jspecify.annotations.NullMarked;
