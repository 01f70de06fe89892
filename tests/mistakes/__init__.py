"""Realistic mistakes, one small file each: does the studio blame the right node, and offer the right edit?"""
