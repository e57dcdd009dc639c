/** Azure Functions triggers: each parses, calls one method, and answers. */
@NullMarked
package dev.mtdconnector.functions;

import org.jspecify.annotations.NullMarked;
