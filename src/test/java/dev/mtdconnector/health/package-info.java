/** Tests of what is said of the deployment, and of what is wrong. */
@NullMarked
package dev.mtdconnector.health;

import org.jspecify.annotations.NullMarked;
