/** The development host: runs the product's functions on this machine as the Azure Functions platform would. */
@NullMarked
package dev.mtdconnector.local.host;

import org.jspecify.annotations.NullMarked;
