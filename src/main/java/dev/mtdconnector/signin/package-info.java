/** Who is asking: keys, device credentials, tokens that Entra issued, and people who signed in. */
@NullMarked
package dev.mtdconnector.signin;

import org.jspecify.annotations.NullMarked;
