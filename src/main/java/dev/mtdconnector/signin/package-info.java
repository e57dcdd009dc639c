/** Who is asking: keys, device credentials, and tokens that Entra issued. */
@NullMarked
package dev.mtdconnector.signin;

import org.jspecify.annotations.NullMarked;
