/** How the deployment is as a whole, and what is wrong for a tenant or for its operator, with the remedy. */
@NullMarked
package dev.mtdconnector.health;

import org.jspecify.annotations.NullMarked;
